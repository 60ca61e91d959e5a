import COneDNN

/// What computes the kernels: for the record of a run.
public enum KernelLibrary {
  /// The version of oneDNN that is loaded, such as `2.6.3`.
  public static var version: String {
    guard let version = dnnl_version()?.pointee else { return "unknown" }
    return "\(version.major).\(version.minor).\(version.patch)"
  }

  /// The instruction set that oneDNN compiles its kernels for on this machine.
  public static var instructionSet: String {
    let set = dnnl_get_effective_cpu_isa()
    return names.first { $0.set == set }?.name ?? "0x" + String(set.rawValue, radix: 16)
  }

  /// All of it in one line, such as `oneDNN 2.6.3, AVX-512 (bf16), 1 thread`.
  public static var description: String {
    let threads = Threads.count == 1 ? "1 thread" : "\(Threads.count) threads"
    #if DoublePrecision
      return "plain loops in double precision"
    #else
      return "oneDNN \(version), \(instructionSet), \(threads)"
    #endif
  }

  private static let names: [(set: dnnl_cpu_isa_t, name: String)] = [
    (dnnl_cpu_isa_sse41, "SSE4.1"), (dnnl_cpu_isa_avx, "AVX"), (dnnl_cpu_isa_avx2, "AVX2"),
    (dnnl_cpu_isa_avx2_vnni, "AVX2 (vnni)"), (dnnl_cpu_isa_avx512_core, "AVX-512"),
    (dnnl_cpu_isa_avx512_core_vnni, "AVX-512 (vnni)"),
    (dnnl_cpu_isa_avx512_core_bf16, "AVX-512 (bf16)"),
    (dnnl_cpu_isa_avx512_core_amx, "AVX-512 (amx)"),
  ]
}
