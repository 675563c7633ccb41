"""The warehouse side: schemas, loaders, the merge of features into JSON columns, row readers, validators."""
