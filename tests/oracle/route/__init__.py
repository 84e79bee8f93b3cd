"""The oracle for routing: allocation, ranking, breaker and the accounts of a parent order."""
