"""What happened in the programme, as lists a merchant filters. PRODUCT D."""
