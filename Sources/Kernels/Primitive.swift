#if !DoublePrecision
  import COneDNN
  import Synchronization

  enum OneDNN {
    /// The processor: it has no state of its own.
    nonisolated(unsafe) static let engine: dnnl_engine_t = {
      var engine: dnnl_engine_t?
      check(dnnl_engine_create(&engine, dnnl_cpu, 0))
      return made(engine)
    }()
  }

  /// A compiled kernel, made once for each problem and number of threads.
  ///
  /// It may be run by several threads at a time: each run has a stream, and scratch memory, of
  /// its own. (oneDNN's own scratch memory belongs to the thread that made the kernel.)
  final class Primitive: @unchecked Sendable {
    enum Problem: Hashable {
      case reorder(ObjectIdentifier, ObjectIdentifier)
      case convolution(ConvolutionProblem, isBiased: Bool, rectifies: Bool)
      case convolutionInput(ConvolutionProblem)
      case convolutionWeight(ConvolutionProblem)
      case batchNormalization(ObjectIdentifier, epsilon: Scalar, rectifies: Bool)
      case batchNormalizationGradient(ObjectIdentifier, epsilon: Scalar, rectifies: Bool)
      case pooling(ObjectIdentifier, PoolingProblem)
      case poolingGradient(ObjectIdentifier, PoolingProblem)
      case resampling(ObjectIdentifier, [Int], isLinear: Bool)
      case resamplingGradient(ObjectIdentifier, [Int], isLinear: Bool)
    }
    private struct Key: Hashable {
      let problem: Problem
      let threads: Int
    }
    private struct Argument {
      let number: Int32
      /// What the kernel wants, and the same extents in row-major order.
      let layout, plain: Layout
    }

    /// The description that those of the gradients ask for as a hint.
    let description: dnnl_primitive_desc_t
    private let handle: dnnl_primitive_t
    private let inputs, outputs: [Argument]
    private let scratch: Argument?
    /// A kernel is compiled for a number of threads, and right with no other.
    private let threads: Int
    /// What runs have used and further runs may use again.
    private let bindings = Mutex<[Binding]>([])

    private static let cache = Mutex<[Key: Primitive]>([:])
    /// Several times what a large network has; each takes up to 0.2 MB.
    private static let mostKernels = 1024

    private init(
      _ description: dnnl_primitive_desc_t, from inputs: [Int32], to outputs: [Int32], threads: Int
    ) {
      func argument(_ number: Int32) -> Argument? {
        onednn_layout_of_argument(description, number).map {
          let layout = Layout.of($0)
          return Argument(number: number, layout: layout, plain: layout.rowMajor)
        }
      }
      (self.description, self.threads) = (description, threads)
      self.inputs = inputs.map { made(argument($0)) }
      // A workspace may be none.
      self.outputs = outputs.compactMap { argument($0) }
      scratch = argument(DNNL_ARG_SCRATCHPAD)
      var primitive: dnnl_primitive_t?
      check(dnnl_primitive_create(&primitive, description))
      handle = made(primitive)
    }

    deinit {
      bindings.withLock { $0.forEach { $0.destroy() } }
      dnnl_primitive_destroy(handle)
      dnnl_primitive_desc_destroy(description)
    }

    /// Returns the kernel of a problem.
    ///
    /// - Parameters:
    ///   - problem: What tells the kernel from others.
    ///   - inputs: The arguments that it reads.
    ///   - outputs: The arguments that it writes.
    ///   - rectifies: Whether it ends with a rectifier.
    ///   - describe: Describes the kernel, without a lock, if there is none yet.
    /// - Returns: The kernel, made now or earlier.
    static func cached(
      _ problem: Problem, from inputs: [Int32], to outputs: [Int32],
      rectifying rectifies: Bool = false,
      describe: (inout dnnl_primitive_desc_t?, dnnl_primitive_attr_t?) -> dnnl_status_t
    ) -> Primitive {
      let key = Key(problem: problem, threads: Threads.count)
      if let known = cache.withLock({ $0[key] }) { return known }
      Threads.prepare(key.threads)
      var attributes: dnnl_primitive_attr_t?
      check(onednn_attributes_create(&attributes, rectifies ? 1 : 0))
      defer { dnnl_primitive_attr_destroy(attributes) }
      var description: dnnl_primitive_desc_t?
      check(describe(&description, attributes))
      let primitive = Primitive(
        made(description), from: inputs, to: outputs, threads: key.threads)
      return cache.withLock { cache in
        // Another thread may have made it meanwhile: the first stays, and the other is freed.
        if let first = cache[key] { return first }
        // Where shapes vary without end, as lengths do, kernels are made anew now and then.
        if cache.count >= mostKernels { cache.removeAll() }
        cache[key] = primitive
        return primitive
      }
    }

    /// Returns the outputs for inputs, which are first brought into the layouts that it wants.
    func callAsFunction(_ storages: Storage...) -> [Storage] { self(storages) }

    func callAsFunction(_ storages: [Storage]) -> [Storage] {
      let arranged = zip(inputs, storages).map { input, storage in
        input.layout === storage.layout
          ? storage
          : reordered(storage, from: storage.layout ?? input.plain, to: input.layout)
      }
      let results = outputs.map { output in
        Storage(
          count: output.layout.count, layout: output.layout === output.plain ? nil : output.layout)
      }
      run(arranged + results)
      return results
    }

    private func run(_ storages: [Storage]) {
      let binding = bindings.withLock { $0.popLast() } ?? Binding(inputs + outputs, scratch)
      binding.bind(storages)
      let memory = scratch.map { ScratchMemory.take(forCount: $0.layout.count) }
      if let memory { binding.bindScratch(memory) }
      Threads.prepare(threads)
      binding.run(handle)
      bindings.withLock { $0.append(binding) }
      withExtendedLifetime(storages) {}
      if let memory { ScratchMemory.give(memory) }
    }

    /// What kernels need while they run: as much as the neediest does, for each thread that runs one.
    ///
    /// The storages' pool would keep it by size, a memory for each kernel.
    private enum ScratchMemory {
      private static let idle = Mutex<[Storage]>([])

      static func take(forCount count: Int) -> Storage {
        // One that is too small is freed for one that is enough.
        let known = idle.withLock { $0.popLast() }
        return known.flatMap { $0.count >= count ? $0 : nil } ?? Storage(count: count)
      }

      static func give(_ storage: Storage) { idle.withLock { $0.append(storage) } }
    }

    /// A stream, and memories to which the scalars of a run are bound.
    private struct Binding: @unchecked Sendable {
      private let stream: dnnl_stream_t
      private let arguments: [dnnl_exec_arg_t]

      init(_ arguments: [Argument], _ scratch: Argument?) {
        var stream: dnnl_stream_t?
        check(dnnl_stream_create(&stream, OneDNN.engine, dnnl_stream_default_flags.rawValue))
        self.stream = made(stream)
        self.arguments = (arguments + (scratch.map { [$0] } ?? [])).map { argument in
          var memory: dnnl_memory_t?
          check(onednn_memory_create(&memory, argument.layout.handle, OneDNN.engine))
          return dnnl_exec_arg_t(arg: argument.number, memory: memory)
        }
      }

      func destroy() {
        for argument in arguments { dnnl_memory_destroy(argument.memory) }
        dnnl_stream_destroy(stream)
      }

      func bind(_ storages: [Storage]) {
        for (argument, storage) in zip(arguments, storages) {
          check(dnnl_memory_set_data_handle(argument.memory, storage.scalars))
        }
      }

      func bindScratch(_ storage: Storage) {
        check(dnnl_memory_set_data_handle(arguments[arguments.count - 1].memory, storage.scalars))
      }

      func run(_ primitive: dnnl_primitive_t) {
        KernelClock.enter()
        defer { KernelClock.leave() }
        check(dnnl_primitive_execute(primitive, stream, Int32(arguments.count), arguments))
        check(dnnl_stream_wait(stream))
      }
    }
  }

  func check(_ status: dnnl_status_t, line: UInt = #line) {
    require(status == dnnl_success, "oneDNN answered \(status.rawValue) at line \(line)")
  }

  func made<Handle>(_ handle: Handle?) -> Handle {
    guard let handle else { fatalError("oneDNN has no kernel for this problem") }
    return handle
  }
#endif
