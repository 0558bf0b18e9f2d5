internal import Digests
internal import HTTPSemantics

/// What a page of the console holds besides the cookie, and sends itself with each request. Whoever gets hold of a cookie,
/// which browsers send by themselves, cannot do anything with it alone.
///
/// A page sends the proof as a header field. What a browser fetches without a script, a picture or a download, has the
/// link proof in its address: it is derived from the proof, and only reads objects. The session has a hash of that one,
/// so that neither can be found out from the cookie.
struct SessionProof: Sendable {
  /// The parameter of the query that carries the link proof.
  static let linkParameter = "x-vitrine-proof"

  /// The proof.
  let text: String

  /// A new one, which nobody can guess.
  init() {
    text = Base64.url.encode(SecureRandom.bytes(32))
  }

  /// The link proof.
  var linkText: String { Self.linkText(text) }

  /// What the session has of it.
  var hash: String { Self.hash(linkText) }

  /// Whether a request carries the proof of a session.
  /// - Parameter field: the value of the field that pages send.
  static func proves(
    _ method: HTTPMethod, _ target: RequestTarget, field: String?, _ session: ConsoleSession
  ) -> Bool {
    var links: [String] = []
    if let field { links.append(linkText(field)) }
    let isRead = method == .get || method == .head
    if isRead, target.rawPath.starts(with: "\(ConsoleEndpoint.storeMount)/".utf8) {
      let parameters = target.query.parameters.filter { $0.name.elementsEqual(linkParameter.utf8) }
      if parameters.count == 1 { links.append(String(decoding: parameters[0].value, as: UTF8.self)) }
    }
    return links.contains { isProof($0, of: session) }
  }

  /// Whether this is the link proof of a session.
  static func isProof(_ link: String, of session: ConsoleSession) -> Bool {
    ConstantTime.equals(Array(hash(link).utf8), Array(session.proofHash.utf8))
  }

  private static func linkText(_ proof: String) -> String { hash("link \(proof)") }

  private static func hash(_ text: String) -> String { Base64.url.encode(SHA256.digest(of: Array(text.utf8))) }
}
