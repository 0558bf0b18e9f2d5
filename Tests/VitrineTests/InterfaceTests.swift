import Console
import HTTPSemantics
import Testing
import WebService

@testable import Vitrine

/// The descriptions of the interfaces, as they follow from the route tables.
struct InterfaceTests {
  private static let documents = [
    (RouteTable.interface(without: []).json, RouteTable.signatures),
    (Console.interface(version: "1").json, Console.table.map(\.signature)),
  ]

  private func operations(_ document: JSONValue) -> [(path: String, method: String, operation: JSONValue)] {
    guard case .object(let paths)? = document["paths"] else { return [] }
    return paths.flatMap { path in
      guard case .object(let methods) = path.value else { return [] as [(String, String, JSONValue)] }
      return methods.map { (path.name, $0.name, $0.value) }
    }
  }

  @Test(arguments: 0...1)
  func everyRouteIsDescribed(index: Int) {
    let (document, routes) = Self.documents[index]
    let described = Set(operations(document).map { "\($0.method) \($0.path)" })
    let declared = routes.flatMap { route in
      route.methods.filter { $0 != .head }.map { "\($0.rawValue.lowercased()) \(route.pattern)" }
    }
    #expect(described == Set(declared) && declared.count == described.count)
    for (path, method, operation) in operations(document) {
      #expect(operation["summary"]?.stringValue?.isEmpty == false, "\(method) \(path)")
      guard case .object(let responses)? = operation["responses"] else {
        Issue.record("\(method) \(path) has no answers")
        continue
      }
      #expect(responses.count > 4)
    }
  }

  @Test(arguments: 0...1)
  func identifiersStandOnce(index: Int) {
    let identifiers = operations(Self.documents[index].0).compactMap { $0.operation["operationId"]?.stringValue }
    #expect(identifiers.count == Set(identifiers).count && !identifiers.isEmpty)
  }

  @Test(arguments: 0...1)
  func everyReferenceLeadsToASchema(index: Int) {
    let document = Self.documents[index].0
    func references(_ value: JSONValue) -> [String] {
      switch value {
      case .object(let members):
        members.flatMap { member in
          (member.name == "$ref" ? [member.value.stringValue ?? ""] : []) + references(member.value)
        }
      case .array(let elements): elements.flatMap(references)
      default: []
      }
    }
    let found = references(document)
    #expect(!found.isEmpty)
    for reference in Set(found) {
      #expect(reference.hasPrefix("#/components/schemas/"))
      #expect(document["components"]?["schemas"]?[String(reference.dropFirst(21))] != nil, "\(reference)")
    }
  }

  @Test func tokensAreThoseOfTheRoutes() {
    let (images, _) = Self.documents[0]
    #expect(images["paths"]?["/api/upload"]?["post"]?["security"] == [["uploadToken": []]])
    #expect(
      images["paths"]?["/api/images/{name}"]?["delete"]?["security"]
        == [["deleteToken": []], ["deleteTokenInQuery": []]])
    #expect(images["paths"]?["/api/images"]?["get"]?["security"] == [])
    let console = Self.documents[1].0
    #expect(console["paths"]?["/-/console/keys"]?["get"]?["security"] == [["session": [], "proof": []]])
  }
}
