"""What can be asked of an account: conditions, how they are typed, evaluated and worded."""
