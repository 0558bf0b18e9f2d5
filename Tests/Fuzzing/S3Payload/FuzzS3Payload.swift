import Digests
import HTTPSemantics

@testable import S3Authentication
import S3Documents

/// Feeds any bytes to the decoder of request bodies, whole and in pieces, and checks what must hold of the outcome.
///
/// The first byte chooses how the body is declared, the second the declared length of the content, the third the size of
/// the pieces; the rest is the body, or the content that is put into signed chunks.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzS3Payload(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard bytes.count >= 3 else { return 0 }
  let rest = Array(bytes[3...])
  let pieceSize = 1 + Int(bytes[2]) % 61
  if bytes[0] % 6 == 5 {
    checkSignedChunks(rest, chunkSize: 1 + Int(bytes[1]), pieceSize: pieceSize)
  } else {
    check(rest, declaration: bytes[0], length: Int(bytes[1]), pieceSize: pieceSize)
  }
  return 0
}

private func check(_ body: [UInt8], declaration: UInt8, length: Int, pieceSize: Int) {
  let (outcome, fields) = declared(declaration, length: length)
  let whole = Outcome(body, pieceSize: max(1, body.count), outcome: outcome, fields: fields)
  let pieces = Outcome(body, pieceSize: pieceSize, outcome: outcome, fields: fields)
  precondition(whole.error == pieces.error, "pieces change the outcome")
  precondition(whole.trailers == pieces.trailers, "pieces change the trailer")
  precondition(whole.content.count <= body.count, "more content than bytes")
  guard whole.error == nil else { return }
  precondition(whole.content == pieces.content, "pieces change the content")
  if outcome.payload.isChunked {
    precondition(whole.content.count == length, "not the declared length")
  } else {
    precondition(whole.content == body, "plain content is changed")
  }

  // The checksum that the trailer brings is read, whatever it is.
  guard let checksum = try? DeclaredChecksums(fields) else { preconditionFailure("fields that were fine before") }
  var checksums = ObjectChecksums(Set(ChecksumAlgorithm.allCases))
  checksums.update(whole.content.span)
  try? checksum.verify(checksums.finalize(), trailers: whole.trailers)
}

private func declared(_ choice: UInt8, length: Int) -> (S3AuthenticationOutcome, HeaderFields) {
  let chunked: HeaderFields = ["x-amz-decoded-content-length": String(length)]
  switch choice % 6 {
  case 0: return (.anonymous(.unsigned), [:])
  case 1: return (.anonymous(.signed(sha256: SHA256.digest(of: [choice]))), [:])
  case 2: return (.anonymous(.unsignedChunks(trailer: false)), chunked)
  case 3:
    var fields = chunked
    fields["x-amz-trailer"] = "x-amz-checksum-crc32"
    return (.anonymous(.unsignedChunks(trailer: true)), fields)
  default: return (.authenticated(signedRequest(trailer: false)), chunked)
  }
}

/// Content in signed chunks comes back; with any of its bytes changed it is refused.
private func checkSignedChunks(_ content: [UInt8], chunkSize: Int, pieceSize: Int) {
  let request = signedRequest(trailer: true)
  guard var chain = request.chunkSigning else { preconditionFailure("no chain") }
  var body: [UInt8] = []
  var position = 0
  repeat {
    let chunk = content[position..<min(position + chunkSize, content.count)]
    position = chunk.endIndex
    let signature = chain.signChunk(hash: SHA256.digest(of: Array(chunk)))
    body += Array("\(String(chunk.count, radix: 16));chunk-signature=\(signature)\r\n".utf8)
    if chunk.isEmpty { break }
    body += chunk + Array("\r\n".utf8)
  } while true
  body += Array("x-amz-trailer-signature:\(chain.signTrailer(hash: SHA256.digest(of: [])))\r\n\r\n".utf8)

  let fields: HeaderFields = ["x-amz-decoded-content-length": String(content.count)]
  let outcome = Outcome(body, pieceSize: pieceSize, outcome: .authenticated(request), fields: fields)
  precondition(outcome.error == nil && outcome.content == content, "signed content did not come back")
  let changed = (content.count &* 31 &+ chunkSize) % body.count
  body[changed] ^= 1
  let other = Outcome(body, pieceSize: pieceSize, outcome: .authenticated(request), fields: fields)
  precondition(other.error != nil, "a changed byte was not noticed")
}

private func signedRequest(trailer: Bool) -> AuthenticatedRequest {
  let time = SigningTime(unixSeconds: 0)
  let scope = Credential.Scope(day: time.day, region: "us-east-1")
  return AuthenticatedRequest(
    accessKey: "key", scheme: .version4Header, payload: .signedChunks(trailer: trailer), region: scope.region,
    signedHeaders: [], fields: HeaderFields(), impliedFields: HeaderFields(),
    chunkSigning: ChunkSigning(key: SigningKey(secret: "secret", scope: scope), time: time, scope: scope, seed: "seed"))
}

private struct Outcome {
  var content: [UInt8] = []
  var trailers: [NameValuePair] = []
  var error: S3AuthenticationError?

  init(_ body: [UInt8], pieceSize: Int, outcome: S3AuthenticationOutcome, fields: HeaderFields) {
    do throws(S3AuthenticationError) {
      var decoder = try PayloadDecoder(outcome, fields: fields)
      var position = 0
      while position < body.count {
        let end = position + min(pieceSize, body.count - position)
        defer { position = end }
        var pieces: [ArraySlice<UInt8>] = []
        try decoder.consume(body[position..<end], into: &pieces)
        content += pieces.joined()
        precondition(decoder.decodedLength == Int64(content.count))
      }
      trailers = try decoder.finish()
    } catch {
      self.error = error
    }
  }
}
