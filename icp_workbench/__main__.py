"""`python -m icp_workbench` is the same as `icp`."""

from icp_workbench.cli import main

if __name__ == "__main__":
    main()
