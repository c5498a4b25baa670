"""`accord audit`: what either government, or anybody with an export, can check alone."""
