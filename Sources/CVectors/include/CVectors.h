#pragma once
// Loops over arrays of 32-bit floats that are worth the widest vectors of the machine. Swift has no
// way to compile one function for several instruction sets, so these stand here, written once and
// compiled for 128, 256 and 512 bits; the widest that the processor has is taken at run time.
// Products and sums are not contracted, so that every width gives the same bits; the one exception
// says so.

/// A function of each scalar.
typedef enum {
  vectors_exp,
  vectors_log,
  vectors_tanh,
  vectors_sigmoid,
  vectors_softplus,
  vectors_elu,
  vectors_silu,
  vectors_gelu,
  vectors_gelu_tanh,
  vectors_sin,
  vectors_cos,
  vectors_erf,
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

/// Sets `y` to the slope of a function times `c`: of softplus where its value is `s`, of silu and
/// either gelu where their argument is `s`. No other function has a slope here.
void vectors_slope(
    vectors_function function, const float *c, const float *s, float *y, long count);

/// Sets the rows of `y` to those of `x` at the indices; all are of `width` scalars.
///
/// Rows of a large array are mostly not in the cache: each is asked for some rows ahead.
void vectors_gather(const float *x, const long *rows, long count, long width, float *y);

/// A function of two scalars.
typedef enum {
  vectors_add,
  vectors_subtract,
  vectors_multiply,
  /// The slope of a function times the first scalar, where the value of the function is the second.
  vectors_relu_slope,
  vectors_tanh_slope,
  vectors_sigmoid_slope,
} vectors_pairing;

/// Sets `y` to a function of `a` and `b`, which may be the same.
void vectors_combine(vectors_pairing pairing, const float *a, const float *b, float *y, long count);

/// Sets `y` to `factor · (a - b)`.
void vectors_scaled_difference(const float *a, const float *b, float factor, float *y, long count);

/// Adds a row to every row of `y`, and sets what is then negative to 0 if it is to be rectified.
void vectors_add_row(float *y, const float *row, long rows, long width, int rectifies);

/// Sets the rows of `y` to the softmax of those of `x`. Of each row the greatest scalar and the sum
/// of the exponentials less it are told, if there is a place for them. The last row of `y` may be
/// written up to one vector of 512 bits beyond its end.
void vectors_softmax(
    const float *x, float *y, float *greatest, double *sums, long rows, long width);

/// The numbers of one step of Adam or one of its kin.
typedef struct {
  /// What the mean and the gradient are multiplied by: the learning rate over the corrections.
  float mean_rate, slope_rate;
  float mean_decay, square_decay;
  /// What the root of the mean square is multiplied by.
  float square_correction;
  float epsilon;
  /// The multiple of the parameter that is added to its gradient.
  float added_decay;
  /// What the parameter is multiplied by before the step.
  float kept;
} vectors_adam_step;

/// Moves the parameters `p` along the gradient `g`; `m` and `v` are the running means, and `w`, if
/// there is any, the greatest `v` so far, which then stands for it.
void vectors_adam(
    float *p, const float *g, float *m, float *v, float *w, long count,
    const vectors_adam_step *step);

// Loops over rows. What is read may be read up to one vector of 512 bits beyond its end.

/// Returns the greatest scalar; not a number where any is not.
float vectors_maximum(const float *x, long count);

/// Sets `rows` rows of scores, `stride` apart, to their softmax.
///
/// `mask`, if any, is added first, its rows `mask_step` apart. Scalars from `count` on become 0, and
/// so do those of row `r` from `r + visible` on, if `visible` is not negative. The stride is a
/// multiple of 16.
void vectors_weigh(
    float *scores, const float *mask, long mask_step, long rows, long count, long stride,
    long visible);

/// Sets rows of slopes by softmax weights to those by the scores.
void vectors_weigh_back(float *slopes, const float *weights, long rows, long stride);

/// Moves an LSTM by one step: `gates` holds four sums a hidden scalar, input, forget, candidate and
/// output, and then the gates.
void vectors_lstm(
    float *gates, const float *bias, const float *cells, float *next, float *hidden, long rows,
    long width);

/// Moves the slopes of an LSTM back by one step: those by the hidden scalars are `carried` and, if
/// there are any, `here`, with rows `here_step` apart; those by the cells are replaced.
void vectors_lstm_slopes(
    const float *gates, const float *cells, const float *next, const float *carried,
    const float *here, long here_step, float *cell_slopes, float *slopes, long rows, long width);

/// Moves a GRU by one step: `gates` holds three sums a hidden scalar, reset, update and candidate,
/// and then the gates; `cells` becomes what the reset gate multiplies.
void vectors_gru(
    float *gates, const float *recurrent, const float *bias, float *cells, const float *hidden,
    float *next, long rows, long width);

/// Moves the slopes of a GRU back by one step, but for what comes through the weights: `slopes` are
/// by the sums of the input, `recurrent` by those of the hidden scalars; `carried` is replaced.
void vectors_gru_slopes(
    const float *gates, const float *cells, const float *hidden, float *carried, const float *here,
    long here_step, float *slopes, float *recurrent, long rows, long width);

/// Sets `y` to rows less their mean, times a factor (one over the deviation), `scale`, plus `shift`.
void vectors_normalize(
    const float *x, const float *scale, const float *shift, float epsilon, float *y, float *means,
    float *factors, long rows, long width);

/// Sets the gradients of rows normalised by ``vectors_normalize``, of which `c` is the cotangent.
void vectors_normalize_back(
    const float *c, const float *x, const float *scale, const float *means, const float *factors,
    float *slopes, float *scale_slope, float *shift_slope, long rows, long width);

/// Where the rows of two arrays stand that are multiplied.
typedef struct {
  long x, c;
} vectors_pair;

/// Sets `weights`, `width` by `width`, to the sum over the pairs of `x[i] · c[j]`: how a convolution's
/// weights change by a block of channels of its input and one of its output's slope. The width is
/// 8 or 16, and no less than a vector's.
///
/// Products are added without rounding between where the processor can do that, which at 128 bits
/// it is not asked to.
void vectors_correlate(
    const float *x, const float *c, const vectors_pair *pairs, long count, float *weights,
    long width);

/// How a kernel slides over one channel of an image and meets `blocks` blocks of `width` channels.
///
/// A block's channels stand together at each position of the kernel; the width is 8 or 16, and no
/// less than a vector's.
typedef struct {
  long pixels, positions, taps, blocks, width;
  /// Where each position starts in an image with all that pads it, and where each tap is from there.
  const long *starts, *offsets;
  /// The taps (`x`, in a block's weights) and positions (`c`, in a block) that meet each pixel, from
  /// the first of it to that of the next.
  const vectors_pair *pairs;
  const long *firsts;
} vectors_sliding;

/// Adds to `weights`, `width` at each tap, how a block of channels changes by one image.
void vectors_correlate_taps(
    const vectors_sliding *sliding, const float *x, const float *c, float *weights);

/// Sets each pixel of `x` to the sum of `c · w` over the channels and what meets it.
void vectors_gather_taps(
    const vectors_sliding *sliding, const float *c, const float *w, float *x);

/// A factor of a product, its rows in memory `row` apart; they are its columns if it is read
/// transposed.
typedef struct {
  const float *x;
  long row;
  int is_transposed;
} vectors_factor;

/// `c = scale · a · b`, of `rows` by `inner` by `columns`, with rows of `c` `c_row` apart.
typedef struct {
  vectors_factor a, b;
  float *c;
  long c_row, rows, inner, columns;
  float scale;
  /// The row that is added to each row before the scaling, or `NULL`; or what stands in `c`.
  const float *start;
  int adds;
  /// Whether what is negative becomes 0 at the end.
  int rectifies;
} vectors_product_problem;

/// Sets a product: the fastest for matrices of a few hundred rows, of which the left factor is not
/// packed. Products are added as in ``vectors_correlate``, in the order of the inner axis.
void vectors_product(const vectors_product_problem *problem);

/// What tiles compute: a convolution of stride 1 or 2, or the gradient of one of stride 2 with
/// respect to its input, by whether the padding above and before it is even or odd.
typedef enum {
  vectors_stride_1,
  vectors_stride_2,
  vectors_gradient_even,
  vectors_gradient_odd,
} vectors_tile_kind;

/// A convolution with kernels of 3×3 pixels by tiles, which takes fewer multiplications: 36 for 16
/// results of stride 1, in place of 144, and 25 for 4 of stride 2, or 16 of its gradient, in place of
/// 36.
///
/// Images stand in blocks of 8 channels. It takes vectors of 256 bits.
typedef struct {
  vectors_tile_kind kind;
  /// Multiples of 8.
  long channels, outputs;
  long height, width, result_height, result_width;
  /// How many pixels of padding are above and before an image; fewer than none are left out.
  long above, before;
  /// How many rows of tiles a result has, and how many tiles a row.
  long rows, columns;
  const float *x, *weights;
  /// One number for each output, or `NULL`.
  const float *bias;
  /// Whether what is negative becomes 0 at the end.
  int rectifies;
  /// The results or, for sums, their slopes.
  float *y;
} vectors_tiles;

/// Whether the processor has the vectors for it.
int vectors_have_tiles(void);

/// How many results a tile has along an axis.
long vectors_tile_results(vectors_tile_kind kind);
/// How many scalars the weights take, and the scratch memory for some rows of tiles.
long vectors_tile_weights(const vectors_tiles *tiles);
long vectors_tile_scratch(const vectors_tiles *tiles, long rows);

/// Kernels, row by row, and how far those of neighbouring channels and outputs are apart.
typedef struct {
  float *x;
  long channel_step, output_step;
  /// Whether they are turned by half a turn, as a gradient's are.
  int is_turned;
} vectors_kernel;

/// Makes weights of the kernels of a block of 8 outputs.
void vectors_enter_kernels(
    const vectors_tiles *tiles, vectors_kernel kernel, float *weights, long block);

/// Sets the slopes of the kernels of a block of 8 outputs to what some parts of sums make together.
void vectors_leave_kernels(
    const vectors_tiles *tiles, vectors_kernel kernel, float *sums, long parts, long block);

/// Sets the results of rows of tiles, which are counted through all images.
void vectors_convolve_tiles(const vectors_tiles *tiles, long first, long count, float *scratch);

/// Adds to sums, which stand as weights do, what rows of tiles make of the slopes.
void vectors_sum_tiles(
    const vectors_tiles *tiles, long first, long count, float *sums, float *scratch);
