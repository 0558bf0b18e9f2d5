import HTTPClient
import HTTPSemantics

/// Feeds any bytes to the reader of responses, whole and in pieces, and checks that both see the same.
///
/// The first byte chooses whether the request was a HEAD, and the size of the pieces; the rest is what the server sends.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHTTPClient(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard let choice = bytes.first else { return 0 }
  let rest = Array(bytes.dropFirst())
  let whole = read(rest, isHead: choice & 1 == 1, pieceSize: max(1, rest.count))
  let pieces = read(rest, isHead: choice & 1 == 1, pieceSize: 1 + Int(choice >> 1) % 31)
  precondition(whole.error == pieces.error, "pieces change the outcome")
  precondition(whole.response == pieces.response, "pieces change the response")
  precondition((whole.response?.body.count ?? 0) <= bodyLimit, "more than was asked for")
  _ = whole.response?.json
  _ = whole.response?.mediaType
  return 0
}

private let bodyLimit = 200

private func read(
  _ bytes: [UInt8], isHead: Bool, pieceSize: Int
) -> (response: HTTPResponse?, error: HTTPResponseError?) {
  var reader = ResponseReader(isHead: isHead, bodyLimit: bodyLimit)
  do throws(HTTPResponseError) {
    var rest = bytes[...]
    while !rest.isEmpty, reader.response == nil {
      try reader.receive(rest.prefix(pieceSize))
      rest = rest.dropFirst(pieceSize)
    }
    if reader.response == nil { try reader.endOfInput() }
    return (reader.response, nil)
  } catch {
    return (nil, error)
  }
}
