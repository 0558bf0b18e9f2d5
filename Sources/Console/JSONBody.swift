internal import EventLoop
internal import FastCGI
internal import HTTPSemantics
internal import WebService

/// The body of a request as JSON.
@EventLoopActor
enum JSONBody {
  private static let limit = 65_536

  /// Reads it to its end.
  static func read(_ exchange: Exchange) async throws(ConsoleProblem) -> JSONValue {
    var bytes: [UInt8] = []
    do throws(RequestFailure) {
      while let next = try await exchange.body.next() {
        if bytes.count <= limit { bytes += next }
      }
    } catch {
      throw ConsoleProblem(.malformedRequest, "the body was cut off")
    }
    guard bytes.count <= limit, let json = try? JSONParser.parse(bytes), case .object = json else {
      throw ConsoleProblem(.malformedRequest, "the body is no JSON object")
    }
    return json
  }
}

extension JSONValue {
  /// The text of a member.
  /// - Throws: `malformed-request` where there is none.
  func text(_ name: String) throws(ConsoleProblem) -> String {
    guard let text = self[name]?.stringValue else {
      throw ConsoleProblem(.malformedRequest, "\(name) is missing, or no text")
    }
    return text
  }
}
