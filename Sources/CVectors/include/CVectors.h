#pragma once
// Loops over arrays of 32-bit floats that are worth the widest vectors of the machine. Swift has no
// way to compile one function for several instruction sets, so these stand here, written once and
// compiled for 128, 256 and 512 bits; the widest that the processor has is taken at run time.
// Products and sums are never contracted: every width gives the same bits.

/// A function of each scalar.
typedef enum {
  vectors_exp,
  vectors_log,
  vectors_tanh,
  vectors_sigmoid,
  vectors_softplus,
} vectors_function;

/// The width in use, in bits: 128, 256 or 512.
int vectors_width(void);

/// Takes this width from now on, or the widest below it that the processor has; for tests.
void vectors_use(int width);

/// Sets `y` to a function of `x`; the two may be the same.
void vectors_map(vectors_function function, const float *x, float *y, long count);

/// Sets `y` to `exp(x - less)` and returns the sum; `x` and `y` may be the same.
double vectors_exponentials(const float *x, float less, float *y, long count);

/// Returns the sum of `log(1 + exp(x)) - x·t`, which neither overflows nor clips.
double vectors_sigmoid_cross_entropy(const float *x, const float *t, long count);

/// Sets `y` to `c·(1 - exp(-s))`, the slope of softplus where its value is `s`, times `c`.
void vectors_softplus_slope(const float *c, const float *s, float *y, long count);

/// Sets the rows of `y` to those of `x` at the indices; all are of `width` scalars.
///
/// Rows of a large array are mostly not in the cache: each is asked for two rows ahead.
void vectors_gather(const float *x, const long *rows, long count, long width, float *y);

/// The numbers of one step of Adam.
typedef struct {
  /// The learning rate over the correction of the mean.
  float rate;
  float mean_decay, square_decay;
  /// What the root of the mean square is multiplied by.
  float square_correction;
  float epsilon;
} vectors_adam_step;

/// Moves the parameters `p` along the gradient `g`; `m` and `v` are the running means.
void vectors_adam(
    float *p, const float *g, float *m, float *v, long count, const vectors_adam_step *step);
