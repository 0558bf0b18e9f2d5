import HTTPSemantics
import Testing

@testable import WebService

struct OpenAPIDocumentTests {
  private struct Thing {
    let size: Int
    let owner: String?
  }

  private static let thing = JSONShape<Thing>(
    "Thing",
    [
      JSONMember("size", .count, "Its size.") { $0.size },
      JSONMember("owner", .orNull(.text), "Who has it.") { $0.owner },
      JSONMember(optional: "note", .text, "A note.") { _ in nil as String? },
    ])
  private static let upload = Credential("uploadToken", .bearer, "A token.")

  private let document = OpenAPIDocument(
    title: "Example", version: "1", description: "An example.",
    routes: [
      ServiceRoute<Int>(
        [.get, .delete], "/things/{name}", "thing",
        Operation(
          "thing", "A thing",
          parameters: [
            Parameter.text("name", in: .path, "Its name.").declaration,
            Parameter.number("limit", 1...5, "How many.").declaration,
          ],
          answers: [.json(Self.thing.schema, "The thing.")], refusing: [.notFound, .beingFilled],
          credentials: [[Self.upload]])
      ) { (_, _) async throws(Problem) in }.signature
    ]
  ).json

  private func value(_ path: String...) -> JSONValue? {
    path.reduce(document as JSONValue?) { value, name in value?[name] }
  }

  @Test func shapeWritesWhatItsSchemaSays() {
    #expect(
      Self.thing.json(Thing(size: 3, owner: nil)) == ["size": 3, "owner": nil], "what is optional is left out")
    let schema = value("components", "schemas", "Thing")
    #expect(schema?["required"] == ["size", "owner"] && schema?["additionalProperties"] == false)
    #expect(schema?["properties"]?["size"] == ["type": "integer", "minimum": 0, "description": "Its size."])
  }

  @Test func eachMethodIsAnOperationButHead() {
    let item = value("paths", "/things/{name}")
    #expect(item?["get"]?["operationId"] == "thing" && item?["delete"]?["operationId"] == "thingByDelete")
    #expect(item?["head"] == nil)
  }

  @Test func parametersSayWhereTheyStand() {
    let parameters = value("paths", "/things/{name}", "get", "parameters")?.arrayValue ?? []
    #expect(parameters.map { $0["in"] } == ["path", "query"] && parameters.map { $0["required"] } == [true, false])
    #expect(parameters.last?["schema"] == ["type": "integer", "minimum": 1, "maximum": 5])
  }

  @Test func refusalsNameTheirCodes() {
    func codes(_ status: String, of method: String = "get") -> JSONValue? {
      value(
        "paths", "/things/{name}", method, "responses", status, "content", "application/problem+json", "schema")?[
          "allOf"]?
        .arrayValue?.last?["properties"]?["code"]?["enum"]
    }
    #expect(codes("404") == ["not-found"] && codes("400") == ["malformed-request"])
    #expect(codes("503") == ["being-filled", "overloaded"] && codes("409") == nil)
    #expect(codes("503", of: "delete") == ["being-filled", "overloaded", "read-only"])
  }

  @Test func credentialsThatTheServerDoesNotAskForAreLeftOut() {
    #expect(value("paths", "/things/{name}", "get", "security") == [["uploadToken": []]])
    #expect(value("components", "securitySchemes", "uploadToken")?["scheme"] == "bearer")
    let open = OpenAPIDocument(title: "", version: "", description: "", routes: [], without: ["uploadToken"]).json
    #expect(open["components"]?["securitySchemes"] == .object([]))
  }
}
