import Testing

@testable import ImageHost

struct DeleteTokenTests {
  private let tokens = DeleteToken(secret: Array("secret".utf8))

  @Test func tokenIsOfOnePictureAndOneServer() {
    let token = tokens.make(for: "a.jpg")
    #expect(token.count == 40)
    #expect(tokens.isValid(token, for: "a.jpg"))
    #expect(!tokens.isValid(token, for: "b.jpg"))
    #expect(!DeleteToken(secret: Array("other".utf8)).isValid(token, for: "a.jpg"))
  }

  @Test(arguments: ["", "0", "x"]) func nothingElseIsTaken(token: String) {
    #expect(!tokens.isValid(token, for: "a.jpg"))
  }

  @Test func everyChangedCharacterCounts() {
    let token = Array(tokens.make(for: "a.jpg"))
    for index in token.indices {
      var changed = token
      changed[index] = changed[index] == "0" ? "1" : "0"
      #expect(!tokens.isValid(String(changed), for: "a.jpg"))
    }
    #expect(!tokens.isValid(String(token.dropLast()), for: "a.jpg"))
    #expect(!tokens.isValid(String(token) + "0", for: "a.jpg"))
    #expect(!tokens.isValid(String(token).uppercased(), for: "a.jpg"))
  }
}
