import Testing

@testable import Console

@Suite struct SessionCookieTests {
  @Test func overTLSItIsForTLSOnly() {
    #expect(
      SessionCookie.set("v", lifetime: 60, isSecure: true)
        == "__Secure-vitrine-console=v; Path=/-/console; Max-Age=60; HttpOnly; SameSite=Strict; Secure")
    #expect(
      SessionCookie.set("v", lifetime: 60, isSecure: false)
        == "vitrine-console=v; Path=/-/console; Max-Age=60; HttpOnly; SameSite=Strict")
  }

  @Test func clearingEndsItAtOnce() {
    #expect(SessionCookie.clear(isSecure: false).contains("vitrine-console=; Path=/-/console; Max-Age=0;"))
  }
}
