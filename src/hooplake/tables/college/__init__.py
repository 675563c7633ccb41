"""Derived tables of college basketball from CollegeBasketballData."""
