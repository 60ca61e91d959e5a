// The exchange of the axes of a square of scalars: included by body.h.

#if LANES == 16
#define LOW(a, b) \
  __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HIGH(a, b) \
  __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#elif LANES == 8
#define LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#else
#define LOW(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define HIGH(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#endif

/// Sets `LANES` rows of `y` to the columns of `rows` rows of `x`, with zeros for rows that lack.
///
/// Interleaving the halves of a list of vectors again and again exchanges its axes.
INLINE void NAME(transpose)(const float *x, long x_row, long rows, float *y, long y_row) {
  V old[LANES], new[LANES];
  for (int i = 0; i < LANES; i++) old[i] = i < rows ? NAME(load)(x + i * x_row) : (V)0;
  _Pragma("clang loop unroll(full)") for (int round = LANES; round > 1; round /= 2) {
    _Pragma("clang loop unroll(full)") for (int i = 0; i < LANES / 2; i++) {
      new[2 * i] = LOW(old[i], old[i + LANES / 2]);
      new[2 * i + 1] = HIGH(old[i], old[i + LANES / 2]);
    }
    _Pragma("clang loop unroll(full)") for (int i = 0; i < LANES; i++) old[i] = new[i];
  }
  _Pragma("clang loop unroll(full)") for (int i = 0; i < LANES; i++)
    NAME(store)(y + i * y_row, old[i]);
}
#undef LOW
#undef HIGH
