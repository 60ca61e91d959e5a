/// Stops the program with a message if a condition does not hold, also where code is optimised: there
/// Swift's own `precondition` stops without a word.
@inlinable @inline(__always)
package func require(
  _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String,
  file: StaticString = #fileID, line: UInt = #line
) {
  if !condition() { fatalError(message(), file: file, line: line) }
}
