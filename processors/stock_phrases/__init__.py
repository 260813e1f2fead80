"""Stock phrases: what many unrelated articles of a corpus carry word for word. Knows articles and texts; no file of theirs.

spool       the clean texts, in a temporary file, in an order that does not depend on how they came
originals   which of them are no copies, as deduplication judges
counting    in how many originals each word 5-shingle stands, in bounded memory
phrases     the frequent shingles as the words that stand in the texts
writing     the list as a file that processors.fingerprints.stop_list reads
"""
