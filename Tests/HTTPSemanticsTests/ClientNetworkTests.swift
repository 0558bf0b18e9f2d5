import HTTPSemantics
import Testing

@Suite struct ClientNetworkTests {
  @Test(arguments: [
    ("192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"), ("2001:db8:1:2::1", "2001:db8:1:2"),
    ("2001:db8::1", "2001:db8:0:0"), ("2001:db8::2:0:0:1", "2001:db8:0:0"), ("::1", "0:0:0:0"), ("::", "0:0:0:0"),
    ("2001:db8:1:2::", "2001:db8:1:2"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"), ("-", "-"), ("unix:", "unix"),
    ("", ""),
  ])
  func clientIsAnAddressOrANetworkOf64Bits(address: String, client: String) {
    #expect(ClientNetwork.text(of: address) == client)
  }
}
