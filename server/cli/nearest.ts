// Which of the known names somebody probably meant: the contract knows, commands ask here.
export { distance, suggestion } from '../contract/nearest.ts'
