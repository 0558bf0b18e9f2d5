import Digests
import HTTPSemantics
import S3Authentication
import S3Documents
import Testing

@testable import ObjectStorage

/// Signature version 2 covers the parameters on a list only. Whatever tells operations apart is on it: else a link for
/// one could be made into a link for another.
@Suite struct SignedSubResourceTests {
  private static let key = (access: "anna", secret: "anna-secret")

  /// Whether a link of version 2 for a get of `path` is still good with `parameter` added to it.
  private func isGood(_ method: String, _ path: String, with parameter: String?) throws -> Bool {
    let canonical = Array("\(method)\n\n\n9\n\(path)".utf8)
    let signature = Base64.standard.encode(
      HMACSHA1.authenticate(key: Array(Self.key.secret.utf8), message: canonical))
    let encoded = PercentEncoding.encode(signature.utf8, allowing: PercentEncoding.unreserved)
    let query =
      "AWSAccessKeyId=\(Self.key.access)&Expires=9&Signature=\(encoded)" + (parameter.map { "&\($0)" } ?? "")
    let request = S3Request(
      method: method, rawPath: Array(path.utf8), rawQuery: Array(query.utf8), fields: ["host": "localhost"])
    do throws(S3AuthenticationError) {
      let outcome = try S3Authenticator.authenticate(request, now: 1) { $0 == Self.key.access ? Self.key.secret : nil }
      return outcome.accessKey == Self.key.access
    } catch {
      #expect(error.code == .signatureDoesNotMatch)
      return false
    }
  }

  @Test func everyOperationOfTheTableIsSigned() throws {
    for route in S3OperationTable.byRoute.keys {
      let path = route.scope == .bucket ? "/bucket" : "/bucket/key"
      #expect(try isGood(route.method.rawValue, path, with: nil))
      guard let resource = route.resource else { continue }
      for parameter in [resource.rawValue, "\(resource.rawValue)=1"] {
        #expect(try !isGood(route.method.rawValue, path, with: parameter), "\(route)")
      }
    }
  }

  @Test(arguments: SubResource.allCases)
  func everySubResourceIsSigned(_ resource: SubResource) throws {
    #expect(try !isGood("GET", "/bucket/key", with: "\(resource.rawValue)=1"))
  }

  @Test func chosenFieldsOfTheAnswerAreSigned() throws {
    for name in ContentHeaders.names {
      #expect(try !isGood("GET", "/bucket/key", with: "response-\(name.lowercased())=x"))
    }
    // What only pages a listing is not, as S3 has it.
    #expect(try isGood("GET", "/bucket", with: "prefix=a/"))
  }

  /// A document without a sub-resource could not be reached, and would not be signed.
  @Test func everyDocumentHasASubResource() {
    for document in BucketDocument.allCases { #expect(SubResource(rawValue: document.rawValue) != nil) }
    for configuration in UnsetConfiguration.allCases { #expect(SubResource(rawValue: configuration.rawValue) != nil) }
    let used = Set(S3OperationTable.byRoute.keys.compactMap(\.resource))
    #expect(used == Set(SubResource.allCases.filter { $0.role == .operation }))
  }

  /// Each route and each operation stands in the table once: what stands twice is not the one that is carried out.
  @Test func everyEntryIsTheOnlyOne() {
    #expect(Set(S3OperationTable.entries.map(\.operation)).count == S3OperationTable.entries.count)
    #expect(S3OperationTable.byRoute.count == S3OperationTable.entries.map(\.routes.count).reduce(0, +))
  }

  /// An operation that is in no route of the table is a copy, or the service's own.
  @Test func everyOperationHasAPlace() {
    let others = S3OperationTable.entries.filter(\.routes.isEmpty).map(\.operation)
    #expect(Set(others) == [.listBuckets, .listObjectsV2, .copyObject, .uploadPartCopy])
  }
}
