"""Figures whose interval no formula gives: by resampling accounts."""
