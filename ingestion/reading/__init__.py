"""From a file as it came to rows of text: containers, encodings, delimiters, header lines."""
