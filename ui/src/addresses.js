// Addresses made of what comes from outside: names in the address bar, in data, in lists that were fetched.

/** The address of a path below a site, whose origin it has whatever the path begins with. */
export function below(path, site) {
  return new URL(`./${path}`, site);
}
