// The products of two lists of rows of channels: included by body.h.

/// As many rows of weights as there are registers for.
#define ROWS (LANES == 16 ? 16 : 8)

TARGET static void NAME(correlate)(
    const float *x, const float *c, const vectors_pair *pairs, long count, float *weights,
    long width) {
#pragma clang fp contract(fast)
  for (long row = 0; row < width; row += ROWS)
    for (long lane = 0; lane < width; lane += LANES) {
      V sums[ROWS] = {0};
      for (long index = 0; index < count; index++) {
        const float *factors = x + pairs[index].x + row;
        V slope = NAME(load)(c + pairs[index].c + lane);
        _Pragma("clang loop unroll(full)") for (int i = 0; i < ROWS; i++)
          sums[i] += factors[i] * slope;
      }
      for (int i = 0; i < ROWS; i++) NAME(store)(weights + (row + i) * width + lane, sums[i]);
    }
}
#undef ROWS
