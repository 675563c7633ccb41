"""What is rebuilt, when and why: steps, the ledger, the plan and the run. Nothing here knows basketball."""
