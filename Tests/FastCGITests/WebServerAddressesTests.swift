import FastCGI
import Testing

struct WebServerAddressesTests {
  @Test func onlyThoseThatAreNamedMayConnect() throws {
    let named = try #require(WebServerAddresses("10.0.0.10, 10.0.0.11,fd00::1"))
    for address in ["10.0.0.10", "10.0.0.11", "fd00::1", "::ffff:10.0.0.10"] { #expect(named.allows(address)) }
    for address in ["10.0.0.1", "10.0.0.100", "", "::ffff:10.0.0.1", "fd00::10"] { #expect(!named.allows(address)) }
    // The file of a unix socket says who may.
    #expect(named.allows(nil))
  }

  @Test(arguments: [nil, "", " ", ",", " , "]) func nobodyIsNamed(text: String?) {
    #expect(WebServerAddresses(text) == nil)
  }
}
