// The API reference: Redoc over the document that this server gives. Its search wants a worker out of a blob, which is not allowed.

window.Redoc.init(
  "/api/v1/schema/openapi.json",
  { disableSearch: true, nativeScrollbars: true, requiredPropsFirst: true, schemaExpansionLevel: 1 },
  document.getElementById("reference"),
);
