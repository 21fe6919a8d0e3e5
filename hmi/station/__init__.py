"""The program without a window: reads the lines, keeps states and alarms, carries out approved plans."""
