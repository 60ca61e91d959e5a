import Foundation
import Kernels

// TrainingBenchmark WORKLOAD THREADS    trains in blocks, as it is told to (see ../peers/blocks.py)
// TrainingBenchmark --floor THREADS     measures what no step can be faster than

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 2, let what = arguments.first,
  let threads = arguments.last.flatMap({ Int($0) })
else {
  fail("usage: TrainingBenchmark WORKLOAD THREADS, or TrainingBenchmark --floor THREADS")
}
Threads.use(threads)
if what == "--floor" {
  answer(Floor.measured())
} else if let workload = Workload.all.first(where: { $0.name == what }) {
  try serve(workload)
} else {
  fail("there is no workload \(what), only \(Workload.all.map(\.name).joined(separator: ", "))")
}

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data((message + "\n").utf8))
  exit(2)
}
