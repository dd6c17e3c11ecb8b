/** How the server says that something went well. What goes wrong has its status from the error table. */
export const successStatus = { done: 200, made: 201 } as const;
