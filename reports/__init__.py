"""What people see: numbers in words, strings, colours, tables, sentences and charts."""
