/** How the user would type `strop` here, so that the next steps we print can be pasted as they are. */
export function commandName(env: NodeJS.ProcessEnv = process.env): string {
  if (env["npm_lifecycle_event"] === "start" || env["npm_lifecycle_event"] === "strop") return "npm run strop --";
  return env["npm_command"] === "exec" ? "npx strop" : "strop";
}
