import Supervisor
import Testing

struct ListenAddressTests {
  @Test(arguments: [
    ("unix:/run/v.sock", ListenAddress.unix(path: "/run/v.sock")), ("unix:v", .unix(path: "v")),
    ("unix:/a:b", .unix(path: "/a:b")), ("tcp:127.0.0.1:9000", .tcp(host: "127.0.0.1", port: 9_000)),
    ("tcp:localhost:1", .tcp(host: "localhost", port: 1)), ("tcp:*:65535", .tcp(host: "*", port: 65_535)),
  ])
  func formsOfAnAddress(text: String, address: ListenAddress) {
    #expect(ListenAddress(text) == address)
    #expect(address.text == text)
  }

  @Test(arguments: [
    "", "unix", "unix:", "tcp:", "tcp:9000", "tcp::9000", "tcp:host:", "tcp:host:0", "tcp:host:65536", "tcp:host:-1",
    "tcp:host:x", "/run/v.sock", "127.0.0.1:9000", "UNIX:/a", " unix:/a",
  ])
  func otherTextsAreRefused(text: String) {
    #expect(ListenAddress(text) == nil)
  }
}
