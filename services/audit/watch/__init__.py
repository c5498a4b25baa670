"""The watch: compares what the other node has cosigned, and replays what the mirror holds."""
