"""What light can carry through a cable: noise, margins, and the channels that can be sold."""
