import numpy as np

for i in range(10):
    print(i, 1, 2, 3)
