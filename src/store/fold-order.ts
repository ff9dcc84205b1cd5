import { addQuantity, maxQuantity, minQuantity, subtractQuantity } from '../domain/amounts.ts'
