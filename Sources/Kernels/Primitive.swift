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
  /// It may be run by several threads at a time: each run has a stream, and scratch memory from the
  /// pool, of its own. (oneDNN's own scratch memory belongs to the thread that made the kernel.)
  final class Primitive: @unchecked Sendable {
    enum Problem: Hashable {
      case reorder(ObjectIdentifier, ObjectIdentifier)
      case convolution(ConvolutionProblem, rectifies: Bool)
      case convolutionInput(ConvolutionProblem)
      case convolutionWeight(ConvolutionProblem)
    }
    struct Key: Hashable {
      let problem: Problem
      let threads: Int
      init(_ problem: Problem, threads: Int) { (self.problem, self.threads) = (problem, threads) }
    }

    /// The description that those of the gradients ask for as a hint.
    let description: dnnl_primitive_desc_t
    private let source, weight, destination, scratch: Layout?
    private let handle: dnnl_primitive_t
    /// A kernel is compiled for a number of threads, and right with no other.
    private let threads: Int

    private static let cache = Mutex<[Key: Primitive]>([:])

    private init(_ description: dnnl_primitive_desc_t, _ key: Key) {
      func layout(_ query: dnnl_query_t) -> Layout? {
        onednn_layout_query(description, query).map { Layout.of($0) }
      }
      (self.description, threads) = (description, key.threads)
      var queries = (dnnl_query_src_md, dnnl_query_weights_md, dnnl_query_dst_md)
      switch key.problem {
      case .reorder, .convolution: break
      case .convolutionInput:
        (queries.0, queries.2) = (dnnl_query_diff_src_md, dnnl_query_diff_dst_md)
      case .convolutionWeight:
        (queries.1, queries.2) = (dnnl_query_diff_weights_md, dnnl_query_diff_dst_md)
      }
      (source, weight, destination) = (layout(queries.0), layout(queries.1), layout(queries.2))
      scratch = layout(dnnl_query_scratchpad_md)
      var primitive: dnnl_primitive_t?
      check(dnnl_primitive_create(&primitive, description))
      handle = made(primitive)
    }

    /// Returns the kernel of a key; `make` is called, without a lock, if there is none yet.
    static func cached(_ key: Key, make: () -> dnnl_primitive_desc_t?) -> Primitive {
      if let known = cache.withLock({ $0[key] }) { return known }
      Threads.prepare(key.threads)
      let primitive = Primitive(made(make()), key)
      cache.withLock { $0[key] = primitive }
      return primitive
    }

    /// What the kernel wants its arguments to be.
    var theSource: Layout { made(source) }
    var theWeight: Layout { made(weight) }
    var theDestination: Layout { made(destination) }

    func run(_ arguments: [(Int32, Layout, Storage)]) {
      var arguments = arguments
      if let scratch {
        // Scratch memory is counted in bytes, one to a scalar's four.
        let floats = Storage(count: scratch.bytes / MemoryLayout<Scalar>.stride + 1)
        arguments.append((DNNL_ARG_SCRATCHPAD, scratch, floats))
      }
      let bound = arguments.map { argument, layout, storage in
        var memory: dnnl_memory_t?
        check(onednn_memory_create(&memory, layout.handle, OneDNN.engine, storage.scalars))
        return dnnl_exec_arg_t(arg: argument, memory: memory)
      }
      var stream: dnnl_stream_t?
      check(dnnl_stream_create(&stream, OneDNN.engine, dnnl_stream_default_flags.rawValue))
      Threads.prepare(threads)
      KernelClock.enter()
      check(dnnl_primitive_execute(handle, stream, Int32(bound.count), bound))
      check(dnnl_stream_wait(stream))
      KernelClock.leave()
      for argument in bound { dnnl_memory_destroy(argument.memory) }
      dnnl_stream_destroy(stream)
      // The scalars are only held by `arguments`, which Swift could release after their last use.
      withExtendedLifetime(arguments) {}
    }
  }

  /// Calls `body` with attributes for a kernel, which end with the call.
  func withAttributes(rectifying: Bool = false, _ body: (dnnl_primitive_attr_t?) -> Void) {
    var attributes: dnnl_primitive_attr_t?
    check(onednn_attributes_create(&attributes, rectifying ? 1 : 0))
    defer { dnnl_primitive_attr_destroy(attributes) }
    body(attributes)
  }

  func check(_ status: dnnl_status_t, line: UInt = #line) {
    precondition(status == dnnl_success, "oneDNN answered \(status.rawValue) at line \(line)")
  }

  func made<Handle>(_ handle: Handle?) -> Handle {
    guard let handle else { preconditionFailure("oneDNN has no kernel for this problem") }
    return handle
  }
#endif
