// The products of two lists of rows of sixteen scalars: included by body.h.

/// As many rows of weights as there are registers for.
#define ROWS (LANES == 16 ? 16 : 8)

TARGET static void NAME(correlate)(
    const float *x, const float *c, const vectors_pair *pairs, long count, float *weights) {
#pragma clang fp contract(fast)
  for (int row = 0; row < 16; row += ROWS)
    for (int lane = 0; lane < 16; lane += LANES) {
      V sums[ROWS] = {0};
      for (long index = 0; index < count; index++) {
        const float *factors = x + pairs[index].x + row;
        V slope = NAME(load)(c + pairs[index].c + lane);
        _Pragma("clang loop unroll(full)") for (int i = 0; i < ROWS; i++)
          sums[i] += factors[i] * slope;
      }
      for (int i = 0; i < ROWS; i++) NAME(store)(weights + (row + i) * 16 + lane, sums[i]);
    }
}
#undef ROWS
