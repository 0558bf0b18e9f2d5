internal import EventLoop
internal import Journal
internal import S3Documents
internal import Storage

/// Calls of one of the storage's protocols, made for a request. Each error becomes one of S3's; where the storage itself
/// failed, the log has a line for the operator.
@EventLoopActor
struct S3Calls<Store: Sendable> {
  let store: Store
  let log: OperatorLog

  /// - Parameter request: what the request said that an error repeats.
  func callAsFunction<Value: Sendable>(
    _ request: RequestedChange = RequestedChange(),
    _ call: @EventLoopActor (Store) async throws(StorageError) -> Value
  ) async throws(S3Error) -> Value {
    do throws(StorageError) { return try await call(store) } catch { throw s3Error(error, request) }
  }

  /// What an error means to the client. A storage that failed is logged for the operator.
  func s3Error(_ error: StorageError, _ request: RequestedChange = RequestedChange()) -> S3Error {
    if error.isOfStorage { log.error("object store: \(error)") }
    return S3Error(error, request)
  }
}

/// What a request said of the change that it asked for, as far as an error repeats it.
struct RequestedChange: Sendable {
  /// The names of the fields that made conditions.
  var conditions = ""
  /// The multipart upload.
  var uploadID = ""
  /// The entity tags of the parts that were listed, by their numbers.
  var partTags: [Int: String] = [:]
}
