"""What changed between two versions of a spec, which version that asks for, and which accounts moved."""
