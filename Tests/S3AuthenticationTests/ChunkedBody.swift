import Digests
import HTTPSemantics

@testable import S3Authentication

/// Bodies in `aws-chunked` framing, as clients make them, and what a decoder makes of them.
enum ChunkedBody {
  /// Chunks and trailer, with signatures where there is a chain.
  static func encode(
    _ chunks: [String], chain: ChunkSigning?, trailers: [(name: String, value: String)] = [],
    isTrailerSigned: Bool = false
  ) -> [UInt8] {
    var chain = chain
    var body = ""
    for chunk in chunks + [""] {
      let signature = chain?.signChunk(hash: SHA256.digest(of: Array(chunk.utf8)))
      body += String(chunk.utf8.count, radix: 16) + (signature.map { ";chunk-signature=\($0)" } ?? "") + "\r\n"
      if !chunk.isEmpty { body += chunk + "\r\n" }
    }
    for (name, value) in trailers { body += "\(name):\(value)\r\n" }
    if isTrailerSigned {
      let signed = trailers.map { "\($0.name):\($0.value)\n" }.joined()
      let signature = chain?.signTrailer(hash: SHA256.digest(of: Array(signed.utf8))) ?? ""
      body += "x-amz-trailer-signature:\(signature)\r\n"
    }
    return Array((body + "\r\n").utf8)
  }
}

/// What a decoder made of a body.
struct Decoded: Equatable {
  var content: [UInt8] = []
  var trailers: [NameValuePair] = []
  var error: S3AuthenticationError?

  /// Feeds `body` in the given pieces.
  init(_ pieces: [ArraySlice<UInt8>], outcome: S3AuthenticationOutcome, fields: HeaderFields) {
    do throws(S3AuthenticationError) {
      var decoder = try PayloadDecoder(outcome, fields: fields)
      for piece in pieces {
        var decoded: [ArraySlice<UInt8>] = []
        defer { content += decoded.joined() }
        try decoder.consume(piece, into: &decoded)
      }
      trailers = try decoder.finish()
    } catch {
      self.error = error
    }
  }

  /// Feeds `body` of a request whose signature is good.
  init(_ body: [UInt8], of request: S3Request) throws {
    self.init([body[...]], outcome: try Example.outcome(request).get(), fields: request.fields)
  }

  var text: String { String(decoding: content, as: UTF8.self) }
}
