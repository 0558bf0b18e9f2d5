import Testing

@testable import Supervisor

struct HandoverTests {
  @Test(arguments: [
    (Handover(listener: 3, lock: 4, ownedPath: "/run/v.sock", leavingWorkers: [10, 11]), "3|4|10,11|/run/v.sock"),
    (Handover(listener: 0, lock: nil, ownedPath: nil, leavingWorkers: []), "0|||"),
    (
      Handover(listener: 7, lock: 8, ownedPath: "/odd|name, with spaces", leavingWorkers: [1]),
      "7|8|1|/odd|name, with spaces"
    ),
  ])
  func travelsAsText(handover: Handover, text: String) {
    #expect(handover.encoded == text)
    #expect(Handover(encoded: text) == handover)
  }

  @Test(arguments: ["", "3", "3|4", "3|4|5", "x|4|5|/p", "|||"])
  func otherTextsAreRefused(text: String) {
    #expect(Handover(encoded: text) == nil)
  }
}
