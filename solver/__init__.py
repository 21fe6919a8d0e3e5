"""The mathematics: tariffs, load shifting, the swarm, the bound, states, twins and savings."""
