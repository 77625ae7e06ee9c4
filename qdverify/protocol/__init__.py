"""What may be asked and what may be answered: cases, inputs, answers, grades and versions."""
