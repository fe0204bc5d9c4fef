"""What the risk team reads on paper: credit memos, monthly reports, single advances."""
