import Testing

@testable import Console

@Suite struct SessionSealTests {
  private let seal = SessionSeal(secret: Array(repeating: 7, count: 32))
  private let session = ConsoleSession(account: "кто-то.там", expires: 2_000, nonce: "n0", proofHash: "p0")

  private func open(_ text: String, at now: Int64 = 1_000, secret: String? = "sesame") throws(SessionFault)
    -> ConsoleSession
  {
    try seal.open(text, now: now) { $0 == "кто-то.там" ? secret : nil }
  }

  @Test func whatWasSealedComesBack() throws {
    #expect(try open(seal.seal(session, binding: "sesame")) == session)
  }

  @Test func everyAlteredCharacterIsSeen() {
    let text = seal.seal(session, binding: "sesame")
    for index in text.indices {
      let other: Character = text[index] == "A" ? "B" : "A"
      let altered = text[..<index] + String(other) + text[text.index(after: index)...]
      #expect(throws: SessionFault.self) { try open(String(altered)) }
      #expect(throws: SessionFault.self) { try open(String(text[..<index])) }
    }
  }

  @Test func itEndsWithItsTime() {
    let text = seal.seal(session, binding: "sesame")
    #expect(throws: Never.self) { try open(text, at: 1_999) }
    #expect(throws: SessionFault.expired) { try open(text, at: 2_000) }
  }

  @Test func itEndsWithItsKey() {
    let text = seal.seal(session, binding: "sesame")
    #expect(throws: SessionFault.revoked) { try open(text, secret: nil) }
    #expect(throws: SessionFault.forged) { try open(text, secret: "another") }
  }

  @Test func anotherServicesIsForged() {
    let other = SessionSeal(secret: Array(repeating: 8, count: 32)).seal(session, binding: "sesame")
    #expect(throws: SessionFault.forged) { try open(other) }
  }

  @Test(arguments: [
    "", ".", "...", "a.b.c.d", "....", "a.b.c.d.e", "YQ.1.n.p", "YQ.1.n..c", "YQ.1.n.p.",
    String(repeating: "a.", count: 600),
  ])
  func anythingElseIsRefused(_ text: String) {
    #expect(throws: SessionFault.self) { try open(text) }
  }
}
