@testable import HTTPSemantics

/// Feeds any bytes to the JSON parser, and checks that what it accepts is the same after it was written and read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do throws(JSONError) {
    let value = try JSONParser.parse(bytes)
    let written = JSONWriter.write(value)
    precondition(!written.contains { $0 < 0x20 || $0 == UInt8(ascii: "<") }, "not inert")
    guard let again = try? JSONParser.parse(written) else { preconditionFailure("what was written is refused") }
    precondition(again == value && JSONWriter.write(again) == written)
  } catch {
    precondition((0...count).contains(error.offset), "a fault outside the text")
  }
  return 0
}
