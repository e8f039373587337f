"""Writes the features of an .npy file as Parquet: a column for each feature, then a list for each row."""

import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

npy, columns, lists = sys.argv[1:]
x = np.load(npy)
pq.write_table(pa.table({f"f{j}": x[:, j] for j in range(x.shape[1])}), columns)
rows = pa.FixedSizeListArray.from_arrays(pa.array(x.ravel()), x.shape[1])
pq.write_table(pa.table({"id": np.arange(len(x)), "embedding": rows}), lists)
