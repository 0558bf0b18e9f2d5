import HTTPSemantics
import Testing

@testable import Console

@Suite struct SessionProofTests {
  private let proof = SessionProof()

  private var session: ConsoleSession {
    ConsoleSession(account: "shop", expires: 2_000, nonce: "n", proofHash: proof.hash)
  }

  private func proves(_ method: String, _ target: String, _ field: String?) throws -> Bool {
    let target = try RequestTarget(Array(target.utf8))
    return SessionProof.proves(HTTPMethod(rawValue: method), target, field: field, session)
  }

  @Test func proofIsGoodForEverything() throws {
    for method in ["GET", "PUT", "DELETE"] {
      #expect(try proves(method, "/-/console/store/b/k", proof.text))
      #expect(try proves(method, "/-/console/keys", proof.text))
    }
  }

  @Test func nothingElseIsAProof() throws {
    for field in [nil, "", "1", proof.linkText, proof.hash, SessionProof().text] {
      #expect(try !proves("GET", "/-/console/store/b/k", field))
    }
  }

  @Test func linkProofOnlyReadsObjects() throws {
    let query = "?x-vitrine-proof=\(proof.linkText)"
    #expect(try proves("GET", "/-/console/store/b/k\(query)", nil))
    #expect(try proves("HEAD", "/-/console/store/b/k\(query)", "1"))
    #expect(try !proves("PUT", "/-/console/store/b/k\(query)", nil))
    #expect(try !proves("GET", "/-/console/keys\(query)", nil))
    #expect(try !proves("GET", "/-/console/store/b/k\(query)&x-vitrine-proof=1", nil))
    #expect(try !proves("GET", "/-/console/store/b/k?x-vitrine-proof=\(proof.text)", nil))
  }
}
