import Testing

@testable import Vitrine

@Suite struct WebServerLimitsTests {
  @Test(arguments: [
    ("events {\n\tworker_connections 768;\n\t# multi_accept on;\n}\n", 768),
    ("events { worker_connections\t8192; }", 8_192),
    ("# worker_connections 9000;\nevents { worker_connections 1024; } # worker_connections 1;", 1_024),
    ("events { }", WebServerLimits.preset), ("", WebServerLimits.preset),
    ("events { worker_connections many; }", WebServerLimits.preset),
  ])
  func theNumberIsRead(_ text: String, _ number: Int) {
    #expect(WebServerLimits.connections(in: text) == number)
  }
}
