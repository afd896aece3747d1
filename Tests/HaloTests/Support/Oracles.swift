// What fields must hold is found out alike for these tests and for the program that runs on machines with a GPU.
@_exported import HaloOracles
